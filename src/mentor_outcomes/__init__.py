"""What did mentoring do here? From HR extracts and surveys to two reports.

Layers, each named by the state of the data it makes: sources, tables, measures, panel, groups,
estimates, release, figures, reports. They import only the foundation (errors, schema, study,
calendar, logit, io) and talk through tables on disk.
"""

__version__ = "0.1.0"
