"""holidays.json: the national holidays of each year. [1.6]"""

from kofu_spec.rules.calendar import HOLIDAY_YEARS, holiday_names
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector


def make() -> Made:
    """A vector a year."""
    holiday = record({"day": {"type": "string", "format": "date"}, "name": {"type": "string", "minLength": 2}})
    return Made(
        name="holidays",
        version="1",
        about_ja=(
            "ある年の国民の祝日及び休日（振替休日及び国民の休日を含む。）。独立した二つの資料が一致したもので、"
            "将来の年は現在の法律による見込みである。nameは参考であり、日だけを照合すること。"
        ),
        about_en=(
            "The national holidays of a year, substitute and sandwiched ones included. Two independent sources agree on "
            "them; those of years to come are what today's law says. name is for reading: compare the days alone."
        ),
        given=record({"year": {"type": "integer", "minimum": HOLIDAY_YEARS[0], "maximum": HOLIDAY_YEARS[-1]}}),
        expect=record({"holidays": {"type": "array", "items": holiday, "minItems": 15}}),
        vectors=tuple(_vector(year) for year in HOLIDAY_YEARS),
    )


def _vector(year: int) -> Vector:
    named = holiday_names(year)
    made_up, between = (sum(name == of for name in named.values()) for of in ("振替休日", "国民の休日"))
    return Vector(
        id=str(year),
        given={"year": year},
        expect={"holidays": [{"day": day.isoformat(), "name": name} for day, name in named.items()]},
        because_ja=f"{year}年の{len(named)}日。振替休日は{made_up}日、国民の休日は{between}日。",
        because_en=f"The {len(named)} of {year}: {made_up} in place of a Sunday's, {between} between two others.",
        requirement="1.6",
    )
