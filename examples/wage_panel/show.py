"""Print the estimates of this study, and why the others are blocked."""

from mentor_outcomes import io, schema

PUBLISHED = "0.080"
"""Vella & Verbeek (1998): union effect with fixed effects of man and year."""


def main() -> None:
    for row in io.read(schema.ESTIMATES).to_dict("records"):
        horizon = (
            ""
            if row["horizon_months"] != row["horizon_months"]
            else (f" {row['horizon_months']:g} months after the start")
        )
        print(f"{row['outcome']}, {row['method']}, {row['quantity']}{horizon}")
        if row["status"] == "blocked":
            print(f"    no number: {row['reason']}")
        else:
            print(f"    {row['estimate']:.4f} {row['unit']}, standard error {row['std_error']:.4f}")
            print(f"    {row['error_type']}")
    print(f"published, two-way fixed effects: {PUBLISHED}")


if __name__ == "__main__":
    main()
