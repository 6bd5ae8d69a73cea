"""The LAN at a start: certificates for the address of the day, and what the person at the terminal needs for phones."""

import io
from pathlib import Path

import qrcode

from scripts.lan.addresses import LanAddress, local_name
from scripts.lan.authority import LanFiles, ensure_certificates, fingerprint, root_of
from scripts.supervise.city import City
from scripts.supervise.city_env import Lan

GAP = 4


def make_lan(data: Path, address: LanAddress) -> tuple[Lan, bool]:
    """Fresh certificates for this address, and whether phones that trusted an earlier one have to do so again."""
    files = LanFiles(data / "lan")
    is_new = ensure_certificates(files, [address], local_name())
    return Lan(str(address.ip), files.root, files.chain, files.key), is_new


def say_how(city: City, lan: Lan, *, is_new: bool, coloured: bool) -> None:
    """Both QR codes, the fingerprint to compare, and the risk, where its user reads it."""
    here = f"http://{lan.address}:{city.ports.certificate}"
    print(f"\nOn phones in the same Wi-Fi (this machine is {lan.address})\n")
    left, right = qr_lines(here, coloured=coloured), qr_lines(city.origin, coloured=coloured)
    width = len(qr_lines(here, coloured=False)[0])
    print(f"  {'1. Once: trust the certificate':<{width + GAP}}2. Open the app")
    print(f"  {here:<{width + GAP}}{city.origin}")
    for number in range(max(len(left), len(right))):
        first = left[number] if number < len(left) else " " * width
        print(f"  {first}{' ' * GAP}{right[number] if number < len(right) else ''}")
    certificate = root_of(LanFiles(lan.authority.parent))
    print("\n  Compare before you install it. SHA-256 of the certificate:")
    pairs = fingerprint(certificate).split(":")
    print(f"  {' '.join(pairs[:16])}\n  {' '.join(pairs[16:])}")
    if is_new:
        print("\n  This certificate is new: remove an earlier “Công Dân DEMO” from your phones and trust this one.")
    print(
        "\n  Everyone in this network can open the app and its API now; codes and passwords stay on this machine.\n"
        f"  A phone that trusts the certificate believes whoever has {lan.authority.parent},\n"
        "  within this network only: use phones for testing, and remove it afterwards (the page says how)."
    )


def qr_lines(text: str, *, coloured: bool) -> list[str]:
    """A QR code in half blocks, light on dark without colours (cameras read both), black on white with them."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(text)
    drawn = io.StringIO()
    code.print_ascii(drawn, invert=True)
    lines = [line for line in drawn.getvalue().splitlines() if line.strip()]
    return [f"\x1b[97;40m{line}\x1b[0m" for line in lines] if coloured else lines
