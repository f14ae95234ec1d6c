import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.rows import RECORD, RUN, VERSION, WORKFLOW
from playhead import demo
from playhead.settings import Settings
from playhead.workflow_file import check, read_workflow


def settings(database_url: str) -> Settings:
    return Settings.load(database_url=database_url)


def test_the_demo_loads_503_companies_and_the_examples_and_starts_nothing(
    no_settings: Path, database_url: str, database: Database
) -> None:
    demo.load(settings(database_url))
    with database.read() as session:
        companies = select(func.count()).select_from(RECORD).where(RECORD.c.object == "companies")
        assert session.scalar(companies.where(RECORD.c.workspace_id == DEFAULT_WORKSPACE)) == 503
        names = session.execute(select(WORKFLOW.c.name, WORKFLOW.c.status).order_by(WORKFLOW.c.name)).all()
        assert [tuple(row) for row in names] == [
            ("Assign territories", "LIVE"),
            ("Check a page", "LIVE"),
            ("Clean up headquarters", "LIVE"),
            ("Company digest", "LIVE"),
            ("Draw an audit sample", "LIVE"),
            ("Enrich companies", "LIVE"),
            ("Escalate a ticket", "LIVE"),
            ("Find duplicates", "LIVE"),
            ("Rank a sector", "LIVE"),
            ("Remind me", "LIVE"),
            ("Research companies", "LIVE"),
            ("Review a sector", "LIVE"),
            ("Route a lead", "LIVE"),
            ("Take an order", "LIVE"),
            ("Triage a message", "LIVE"),
            ("Watch renewals", "LIVE"),
            ("Welcome a lead", "LIVE"),
        ]
        assert session.scalar(select(func.count()).select_from(RUN)) == 0


def test_loading_the_demo_again_changes_nothing(
    no_settings: Path, database_url: str, database: Database
) -> None:
    def contents() -> list[object]:
        with database.read() as session:
            return [
                session.execute(select(table).order_by(table.c.id)).all()
                for table in (RECORD, WORKFLOW, VERSION)
            ]

    demo.load(settings(database_url))
    before = contents()
    demo.load(settings(database_url))
    assert contents() == before


def test_a_company_has_all_its_attributes_as_text() -> None:
    companies = {company["symbol"]: company for company in demo.companies()}
    assert companies["TAP"] == {
        "symbol": "TAP",
        "name": "Molson Coors Beverage Company",
        "sector": "Consumer Staples",
        "subIndustry": "Brewers",
        "headquarters": "Chicago, Illinois",
        "dateAdded": "1976-06-30",
        "cik": "24545",
        "founded": "2005 (Molson 1786, Coors 1873)",
    }
    assert all(
        isinstance(value, str) and value for company in companies.values() for value in company.values()
    )


def test_the_unusual_founding_years_all_begin_with_a_year() -> None:
    unusual = [
        company["founded"] for company in demo.companies() if not re.fullmatch("[0-9]{4}", company["founded"])
    ]
    assert len(unusual) == 39
    assert all(re.match(r"[0-9]{4}([ /]|$)", founded) for founded in unusual)


@pytest.mark.parametrize("path", demo.example_files(), ids=lambda path: path.stem)
def test_every_example_can_be_published(path: Path) -> None:
    check(read_workflow(path), path)
