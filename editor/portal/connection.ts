import type { LookUp, Result } from "./results";

/** What a test of the connection has found. */
export interface Connection {
  readonly host: string;
  readonly user: { readonly id: number | null; readonly name: string; readonly admin: boolean };
  readonly permissions: { readonly missing: readonly string[] };
  /** Revision; null when the portal does not tell. */
  readonly openChannels: number | null;
  /** Revision of bot platform 2.0; 0 on portals from before it, null when the portal does not tell. */
  readonly botPlatform: number | null;
  /** As Bitrix24 names it; null when the portal does not tell. */
  readonly plan: string | null;
  readonly enterprise: boolean;
  readonly weakToken: boolean;
}

/** The permission to list employees is only for convenience. */
export const isNeeded = (permission: string): boolean => permission !== "user";

/** Says what a test has found: first what works, then what is missing, then what deserves care. */
export function connectionResults(found: Connection, plan: string, text: LookUp): Result[] {
  const { user, permissions, openChannels, botPlatform } = found;
  const who = { name: user.name || user.id };
  const good = [
    found.plan === null
      ? text("portal.test.portalOnly", { host: found.host })
      : text("portal.test.portal", { host: found.host, plan: found.plan }),
    user.admin ? text("portal.test.administrator", who) : text("portal.test.user", who),
    ...(permissions.missing.length === 0 ? [text("portal.test.permissions")] : []),
    ...(openChannels === null ? [] : [text("portal.test.openChannels", { revision: openChannels })]),
    ...(botPlatform ? [text("portal.test.botPlatform", { revision: botPlatform })] : []),
  ];
  const careful = [
    ...(found.weakToken ? [text("portal.note.weakToken")] : []),
    ...(botPlatform === 0 ? [text("portal.test.oldPlatform")] : []),
    ...(found.enterprise && plan !== "enterprise" ? [text("portal.test.enterprise")] : []),
  ];
  return [
    ...good.map((words): Result => ({ kind: "good", text: words })),
    ...permissions.missing.map((name) => missingPermission(name, text)),
    ...careful.map((words): Result => ({ kind: "careful", text: words, wide: true })),
  ];
}

const missingPermission = (name: string, text: LookUp): Result => ({
  kind: isNeeded(name) ? "bad" : "careful",
  text: text("portal.test.missing", { name: text(`portal.scope.${name}`) }),
  hint: isNeeded(name) ? text("portal.test.missingHint") : text("portal.test.userHint"),
});
