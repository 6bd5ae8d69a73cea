"""The city's communes for everybody: what a phone needs to say where a dossier is handed in."""

from shared_models.place import Commune, CommuneKind


def test_each_commune_is_told_with_its_committee_and_without_an_account(container, app):
    people = container.identity.people
    people.put_commune(Commune("20242", "Hải Châu", CommuneKind.WARD))
    people.put_commune(Commune("20551", "Hoàng Sa", CommuneKind.SPECIAL_ZONE))
    people.put_agency("H17.30.05", "Ủy ban nhân dân phường Hải Châu", commune_code="20242")
    people.put_agency("H17.08", "Ban Quản lý An toàn thực phẩm")
    answer = app.test_client().get("/api/v1/communes")
    assert answer.status_code == 200
    by_code = {item["code"]: item for item in answer.get_json()["items"]}
    assert by_code["20242"] == {
        "code": "20242",
        "name": "Hải Châu",
        "kind": "phường",
        "agency": {"code": "H17.30.05", "name": "Ủy ban nhân dân phường Hải Châu"},
    }
    assert by_code["20551"]["agency"] is None, "no committee is registered there yet"
