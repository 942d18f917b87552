"""Applications in short words, for the stories of the checks. [1.3]"""

from kofu.v1.common_pb2 import (
    Application,
    KosekiAllOptions,
    KosekiIndividualOptions,
    ResidenceOptions,
    SealOptions,
    TaxOptions,
)


def residence(whole_household: bool = False) -> Application:
    """住民票の写し, the applicant alone or the whole household."""
    return Application(residence_certificate=ResidenceOptions(whole_household=whole_household))


def record_items() -> Application:
    """住民票記載事項証明書."""
    return Application(residence_record_items=ResidenceOptions())


def seal() -> Application:
    """印鑑登録証明書."""
    return Application(seal_registration=SealOptions())


def tax(tax_year: int = 0) -> Application:
    """課税証明書; 0 is the current tax year."""
    return Application(tax_assessment=TaxOptions(tax_year=tax_year))


def koseki_all() -> Application:
    """戸籍全部事項証明書."""
    return Application(koseki_all_matters=KosekiAllOptions())


def koseki_individual(*member_numbers: int) -> Application:
    """戸籍個人事項証明書; nobody named means the applicant."""
    return Application(koseki_individual_matters=KosekiIndividualOptions(member_numbers=member_numbers))


SIX = {
    "residence_certificate": residence,
    "residence_record_items": record_items,
    "seal_registration": seal,
    "tax_assessment": tax,
    "koseki_all_matters": koseki_all,
    "koseki_individual_matters": koseki_individual,
}
"""The six documents by their field in `Application`."""
