import assert from "node:assert/strict";
import { AddressError, isLicenceRedirect, isLoopback, movedBase, parseWebhookUrl } from "../../rest/address";

const SECRET = "q1w2e3r4t5y6u7i8";

describe("webhook address", () => {
  const accepted: [pasted: string, base: string, userId: string][] = [
    [`https://acme.bitrix24.com/rest/1/${SECRET}/`, "https://acme.bitrix24.com/rest/", "1"],
    [`https://acme.bitrix24.com/rest/1/${SECRET}`, "https://acme.bitrix24.com/rest/", "1"],
    [`https://acme.bitrix24.com/rest/1/${SECRET}/profile.json`, "https://acme.bitrix24.com/rest/", "1"],
    [`https://acme.bitrix24.com/rest/1/${SECRET}/crm.deal.list?start=5#x`, "https://acme.bitrix24.com/rest/", "1"],
    [`https://acme.bitrix24.com/rest/api/17/${SECRET}/tasks.task.get`, "https://acme.bitrix24.com/rest/", "17"],
    [`https://portal.example:8443/rest/5/${SECRET}/`, "https://portal.example:8443/rest/", "5"],
    [`https://portal.example/intra/net/rest/5/${SECRET}/`, "https://portal.example/intra/net/rest/", "5"],
    [`https://portal.example/rest/admin.login/${SECRET}/`, "https://portal.example/rest/", "admin.login"],
    [`acme.bitrix24.com/rest/1/${SECRET}/`, "https://acme.bitrix24.com/rest/", "1"],
    [`  "https://acme.bitrix24.com/rest/1/${SECRET}/"\n`, "https://acme.bitrix24.com/rest/", "1"],
    [`<https://acme.bitrix24.com/rest/1/${SECRET}/>`, "https://acme.bitrix24.com/rest/", "1"],
    [`HTTPS://ACME.Bitrix24.COM/rest/1/${SECRET}/`, "https://acme.bitrix24.com/rest/", "1"],
    [`https://user:password@portal.example/rest/1/${SECRET}/`, "https://portal.example/rest/", "1"],
    [`http://localhost:1880/rest/1/${SECRET}/`, "http://localhost:1880/rest/", "1"],
    [`http://127.0.0.1:8080/rest/1/${SECRET}/`, "http://127.0.0.1:8080/rest/", "1"],
    [`http://[::1]:8080/rest/1/${SECRET}/`, "http://[::1]:8080/rest/", "1"],
  ];
  for (const [pasted, base, userId] of accepted)
    it(`is understood as pasted: ${pasted.trim()}`, () => {
      assert.deepEqual(parseWebhookUrl(pasted), { base, userId, code: SECRET });
    });

  const refused: [pasted: unknown, reason: AddressError["reason"]][] = [
    ["", "empty"],
    ["   ", "empty"],
    ['""', "empty"],
    [undefined, "empty"],
    [42, "empty"],
    ["${BITRIX24_WEBHOOK}", "unset-variable"],
    ["$(BITRIX24_WEBHOOK)", "unset-variable"],
    ["https://", "not-a-url"],
    ["not a url at all", "not-a-url"],
    ["https://acme.bitrix24.com/", "not-a-webhook"],
    ["https://acme.bitrix24.com/rest/", "not-a-webhook"],
    ["https://acme.bitrix24.com/rest/1/", "not-a-webhook"],
    ["https://acme.bitrix24.com/devops/list/", "not-a-webhook"],
    [`http://acme.bitrix24.com/rest/1/${SECRET}/`, "insecure"],
    [`http://127.0.0.1.evil.example/rest/1/${SECRET}/`, "insecure"],
    [`http://localhost.evil.example/rest/1/${SECRET}/`, "insecure"],
    [`http://192.168.0.7/rest/1/${SECRET}/`, "insecure"],
    [`ftp://acme.bitrix24.com/rest/1/${SECRET}/`, "insecure"],
  ];
  for (const [pasted, reason] of refused)
    it(`is refused as ${reason}: ${String(pasted)}`, () => {
      assert.throws(
        () => parseWebhookUrl(pasted),
        (error) => error instanceof AddressError && error.reason === reason && !error.message.includes(SECRET),
      );
    });

  it("counts only this machine itself as loopback", () => {
    for (const host of ["localhost", "127.0.0.1", "127.8.9.10", "[::1]"]) assert.equal(isLoopback(host), true, host);
    for (const host of ["128.0.0.1", "localhost.example", "1127.0.0.1", "[::2]", "0.0.0.0"])
      assert.equal(isLoopback(host), false, host);
  });
});

describe("redirect", () => {
  const OLD = "https://old.bitrix24.com/rest/";
  const followed: [from: string, location: string, base: string][] = [
    [OLD, "https://new.bitrix24.com/rest/1/x/profile", "https://new.bitrix24.com/rest/"],
    [OLD, "https://new.bitrix24.ru/rest/1/x/profile", "https://new.bitrix24.ru/rest/"],
    [OLD, "https://new.bitrix24.com.br/rest/1/x/profile", "https://new.bitrix24.com.br/rest/"],
    ["https://crm.example/rest/", "https://new.bitrix24.eu/rest/1/x/profile", "https://new.bitrix24.eu/rest/"],
    ["http://127.0.0.1:81/rest/", "http://127.0.0.1:82/rest/1/x/profile", "http://127.0.0.1:82/rest/"],
  ];
  for (const [from, location, base] of followed)
    it(`is followed: ${from} → ${location}`, () => {
      assert.equal(movedBase(from, location), base);
    });

  const notFollowed: [from: string, location: string | null][] = [
    [OLD, null],
    [OLD, "https://bitrix24.evil.example/rest/1/x/profile"],
    [OLD, "https://new.bitrix24.com.evil.example/rest/1/x/profile"],
    [OLD, "https://evilbitrix24.com/rest/1/x/profile"],
    [OLD, "https://bitrix24.com/rest/1/x/profile"],
    [OLD, "https://a.b.bitrix24.com/rest/1/x/profile"],
    [OLD, "https://new.bitrix24.com@evil.example/rest/1/x/profile"],
    [OLD, "http://new.bitrix24.com/rest/1/x/profile"],
    [OLD, "//evil.example/rest/1/x/profile"],
    [OLD, "https://new.bitrix24.com/auth/"],
    [OLD, "/rest/1/x/profile"],
    [OLD, "https://old.bitrix24.com/rest/2/y/profile"],
    [OLD, "http://127.0.0.1:82/rest/1/x/profile"],
    ["http://127.0.0.1:81/rest/", "http://192.168.0.9/rest/1/x/profile"],
    ["https://127.0.0.1:81/rest/", "ftp://127.0.0.1/rest/1/x/profile"],
  ];
  for (const [from, location] of notFollowed)
    it(`is not followed: ${from} → ${String(location)}`, () => {
      assert.equal(movedBase(from, location), null);
    });

  it("to the licence page is known as such", () => {
    assert.equal(isLicenceRedirect("/bitrix/coupon_activation.php"), true);
    assert.equal(isLicenceRedirect("https://portal.example/bitrix/coupon_activation.php?a=1"), true);
    assert.equal(isLicenceRedirect("https://portal.example/rest/1/x/profile"), false);
    assert.equal(isLicenceRedirect(null), false);
  });
});
