/** base45, digits, strict CBOR and ES256 against the data of the RFCs and of other people. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { fromHex, toHex } from "../../mobile/web/verify/bytes.js";
import { CborError, decodeCbor, encodeCbor, Tagged } from "../../mobile/web/verify/cbor.js";
import { decodeBase45, decodeDigits, encodeBase45, encodeDigits } from "../../mobile/web/verify/qr_text.js";
import { inflate, statusAt } from "../../mobile/web/verify/status_list.js";
import { isCredentialText, maskName, publicName } from "../../mobile/web/verify/text.js";
import { verifyEs256 } from "../../mobile/web/verify/webcrypto.js";
import { vectorFile } from "./vectors.mjs";

const ascii = (text) => new TextEncoder().encode(text);

test("RFC 9285 4.3 and 4.4", () => {
  for (const [plain, coded] of [["AB", "BB8"], ["Hello!!", "%69 VD92EX0"], ["base-45", "UJCLQE7W581"], ["ietf!", "QED8WEX0"]]) {
    assert.equal(encodeBase45(ascii(plain)), coded);
    assert.deepEqual(decodeBase45(coded), ascii(plain));
  }
});

test("base45 refuses what RFC 9285 does not allow", () => {
  for (const text of ["GGW", ":::", "::", "A", "BB8A", "bb8", "BB8\n", " BB8", "BB\u0660", "ＢＢ８"]) {
    const bytes = decodeBase45(text);
    assert.ok(bytes === null || encodeBase45(bytes) === text, text);
  }
  assert.equal(decodeBase45("GGW"), null);
  assert.equal(decodeBase45("::"), null);
  assert.equal(decodeBase45("bb8"), null);
  assert.equal(decodeBase45("BB8\n"), null);
});

test("digits keep leading zero bytes and refuse other spellings", () => {
  for (const bytes of [[0, 0, 1], [255], [0], []].map((list) => Uint8Array.from(list))) {
    assert.deepEqual(decodeDigits(encodeDigits(bytes)), { layout: 1, cose: bytes });
  }
  for (const text of ["", "0123", "12a", "1 2", "+1", "-1", "٣٤", "１２", "1\n"]) assert.equal(decodeDigits(text), null, text);
});

const fail = vectorFile("cbor/fail.json");
test("every ill-formed head of cbor/test-vectors is refused", fail.options, () => {
  assert.ok(fail.data.length > 500);
  for (const { hex } of fail.data) assert.throws(() => decodeCbor(fromHex(hex)), CborError, hex);
});

const good = vectorFile("cbor/appendix_a.json");
test("RFC 8949 appendix A: what is deterministic and ours comes back, the rest is refused", good.options, () => {
  let read = 0;
  for (const { hex, roundtrip } of good.data) {
    let value;
    try {
      value = decodeCbor(fromHex(hex));
    } catch (error) {
      assert.ok(error instanceof CborError);
      continue;
    }
    assert.ok(roundtrip, hex);
    assert.equal(toHex(encodeCbor(value)), hex);
    read += 1;
  }
  assert.ok(read >= 30, `${read} read`);
});

test("CBOR rules that the vectors do not reach", () => {
  const bad = {
    "keys unsorted": "a202000100",
    "keys repeated": "a201000100",
    "head not shortest": "1817",
    "length not shortest": "5801ff",
    "trailing bytes": "0000",
    float: "f93c00",
    undefined: "f7",
    "other tag": "c100",
    "too deep": "81".repeat(9) + "00",
    "tag 18 in the wrong place": "81d280",
    "tag 18 unasked": "d280",
    "cut short": "9b00000000ffffffff",
    "not UTF-8": "62c328",
  };
  for (const [name, hex] of Object.entries(bad)) assert.throws(() => decodeCbor(fromHex(hex)), CborError, name);
  assert.deepEqual(decodeCbor(fromHex("81".repeat(8) + "00")).flat(8), [0]);
  assert.deepEqual(decodeCbor(fromHex("d280"), { tagDepth: 0 }), new Tagged(18, []));
  assert.deepEqual(decodeCbor(fromHex("81d280"), { tagDepth: 1 }), [new Tagged(18, [])]);
  assert.equal(decodeCbor(fromHex("1bffffffffffffffff")), 2n ** 64n - 1n);
  assert.throws(() => decodeCbor(new Uint8Array(4097)), CborError);
  assert.equal(decodeCbor(fromHex("63efbbbf")), "\ufeff");
});

const wycheproof = vectorFile("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json");
test("Wycheproof: ECDSA P-256, r || s", wycheproof.options, async () => {
  let seen = 0;
  for (const { publicKey, tests } of wycheproof.data.testGroups) {
    const coordinate = (hex) => fromHex(hex.replace(/^(00)+(?=.{64}$)/, "").padStart(64, "0"));
    const key = { alg: -7, x: coordinate(publicKey.wx), y: coordinate(publicKey.wy) };
    for (const { tcId, msg, sig, result } of tests) {
      seen += 1;
      assert.equal(await verifyEs256(key, fromHex(msg), fromHex(sig)), result === "valid", `tcId ${tcId}`);
    }
  }
  assert.equal(seen, wycheproof.data.numberOfTests);
});

test("a key off the curve or of another algorithm verifies nothing", async () => {
  const bytes = new Uint8Array(32).fill(1);
  const signature = new Uint8Array(64).fill(1);
  assert.equal(await verifyEs256({ alg: -7, x: bytes, y: bytes }, bytes, signature), false);
  assert.equal(await verifyEs256({ alg: -8, x: bytes, y: bytes }, bytes, signature), false);
});

test("inflating stops at the size that was promised", async () => {
  const packed = deflateSync(new Uint8Array(1000).fill(7));
  assert.equal((await inflate(packed, 1000)).length, 1000);
  assert.equal(await inflate(packed, 999), null);
  assert.equal((await inflate(packed, 1001)).length, 1000);
  assert.equal(await inflate(packed.subarray(0, -1), 1000), null);
  assert.equal(await inflate(Uint8Array.of(...packed, 0), 1000), null);
  assert.equal(await inflate(Uint8Array.of(...packed, ...packed), 1000), null);
  assert.equal(await inflate(Uint8Array.of(...packed, ...packed.subarray(-4)), 1000), null);
  assert.equal(await inflate(Uint8Array.of(1, 2, 3), 1000), null);
  const bomb = deflateSync(new Uint8Array(64 * 2 ** 20));
  assert.equal(await inflate(bomb, 262_144), null);
});

const statusLists = vectorFile("status-list-draft/vectors.json");
test("Token Status List draft: the values of its 2-bit list", statusLists.options, async () => {
  const { values, json } = statusLists.data.lists.find((list) => list.json.bits === 2);
  const packed = Buffer.from(json.lst, "base64url");
  const list = { entries: await inflate(packed, 262_144) };
  for (const [idx, value] of Object.entries(values)) assert.equal(statusAt(list, Number(idx)), value, idx);
  assert.equal(statusAt(list, 2 ** 20), null);
  assert.equal(statusAt(list, -1), null);
  assert.equal(statusAt(list, 0.5), null);
});

test("credential texts: Latin letters in NFC only", () => {
  for (const text of ["QUÁN MÌ QUẢNG BÀ MUA", "48/2026/ATTP-CNĐK", "44 Lê Đình Dương", "a".repeat(200)]) assert.ok(isCredentialText(text), text);
  const bad = ["", " a", "a ", "a  b", "ΝΤ", "Т", "e\u0301", "a\u202eb", "a\u200bb", "１", "a\nb", "a".repeat(201), "€", "Ⅳ"];
  for (const text of bad) assert.ok(!isCredentialText(text), text);
});

test("a natural person's name is masked", () => {
  assert.equal(maskName("Trần Thị Thu Trang"), "Trần T. T. T.");
  assert.equal(maskName("Đỗ Ân"), "Đỗ Â.");
});

test("of a licence that a person or a company may hold, only the person's name is masked", () => {
  for (const name of ["CÔNG TY TNHH XÂY LẮP AN HẢI", "Tổng công ty Điện lực", "Uỷ ban nhân dân phường", "Hợp tác xã Hòa Tiến"]) {
    assert.equal(publicName(name), name);
  }
  assert.equal(publicName("TRẦN THỊ THU TRANG"), "TRẦN T. T. T.");
  assert.equal(publicName("Công Tôn Nữ Lan"), "Công T. N. L.");
  assert.equal(publicName("Bà Công ty An"), "Bà C. t. A.");
});
