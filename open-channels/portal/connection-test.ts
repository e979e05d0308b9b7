import { id, number, part, text } from "../events/parts";
import { CallError } from "../../rest/errors";
import type { Door } from "./door";

/** What this package needs, each with the permissions that grant it. `user` serves the choice of employees only. */
const NEEDED: readonly (readonly [name: string, grantedBy: readonly string[]])[] = [
  ["imopenlines", ["imopenlines"]],
  ["imbot", ["imbot"]],
  ["user", ["user", "user_basic", "user_brief"]],
];

export interface ConnectionReport {
  readonly user: { readonly id: number | null; readonly name: string; readonly admin: boolean };
  readonly permissions: { readonly granted: readonly string[]; readonly missing: readonly string[] };
  /** Revision of Open Channels; null when the portal does not tell. */
  readonly openChannels: number | null;
  /** Revision of bot platform 2.0; 0 on portals from before it, null when the portal does not tell. */
  readonly botPlatform: number | null;
  /** The portal's plan as Bitrix24 names it, such as `ru_basic`; null when the portal does not tell. */
  readonly plan: string | null;
  readonly enterprise: boolean;
}

/**
 * Looks at a portal without changing anything.
 * [D api-reference/common/system/scope.md] [S classes/general/rest_provider.php]
 * @throws CallError when the portal or the webhook cannot be used at all
 */
export async function testConnection({ read }: Door): Promise<ConnectionReport> {
  // First alone: a portal that is away or a webhook that is unknown need not be asked four times more.
  const user = await read("profile");
  const [scope, info, lines, bots] = await Promise.all([
    read("scope"),
    read("app.info").catch(unknown),
    read("imopenlines.revision.get").catch(unknown),
    read("imbot.v2.Revision.get").catch(absent),
  ]);
  const granted = Array.isArray(scope) ? scope.filter((name) => typeof name === "string") : [];
  const plan = text(part(info, "LICENSE"));
  return {
    user: {
      id: id(part(user, "ID")),
      name: [part(user, "NAME"), part(user, "LAST_NAME")].map(text).filter(Boolean).join(" "),
      admin: part(user, "ADMIN") === true,
    },
    permissions: {
      granted,
      missing: NEEDED.filter(([, names]) => !names.some((name) => granted.includes(name))).map(([name]) => name),
    },
    openChannels: number(part(lines, "rest")),
    botPlatform: bots === 0 ? 0 : number(part(bots, "rest")),
    plan,
    // [S classes/general/rest_provider.php]
    enterprise: /ent(\d|holding)/.test(plan ?? ""),
  };
}

/** A portal that refuses to tell about one part may still be fit for the rest; one that is gone is not. */
function unknown(error: unknown): null {
  if (error instanceof CallError && error.outcome === "refused") return null;
  throw error;
}

function absent(error: unknown): 0 | null {
  return error instanceof CallError && error.is("ERROR_METHOD_NOT_FOUND") ? 0 : unknown(error);
}
