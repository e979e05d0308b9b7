/** The part of the control that says who works on the portal, and on which open channels. */
import { addCrmItem } from "../portal/crm";
import type { Portal } from "../portal/memory";
import { distributeWaiting } from "../portal/queue";
import { chatOf, found, operatorOf } from "./people";
import type { Control } from "./types";

type OrganizationControl = Pick<
  Control,
  "addOperator" | "setOnline" | "setActive" | "addLine" | "updateLine" | "addNetworkLine" | "addCrmItem" | "lockChat"
>;

export function createOrganizationControl(portal: Portal): OrganizationControl {
  return {
    addOperator(operator) {
      const user = portal.addUser({
        name: operator.name,
        lastName: operator.lastName ?? "",
        online: operator.online ?? true,
      });
      for (const id of operator.lines ?? []) found(portal.lines.get(id), `line ${id}`).queue.push(user.id);
      portal.changed("user");
      if (user.online) distributeWaiting(portal);
      return user.id;
    },
    setOnline(userId, online) {
      operatorOf(portal, userId).online = online;
      portal.changed("user");
      if (online) distributeWaiting(portal);
    },
    setActive(userId, active) {
      operatorOf(portal, userId).active = active;
      portal.changed("user");
    },
    addLine(line) {
      const added = portal.addLine(structuredClone(line));
      portal.changed("line");
      return added.id;
    },
    updateLine(id, line) {
      const entry = found(portal.lines.get(id), `line ${id}`);
      Object.assign(entry, structuredClone(line));
      if (line.bot !== undefined && line.botEnabled === undefined) entry.botEnabled = line.bot !== null;
      portal.changed("line");
      distributeWaiting(portal);
    },
    addNetworkLine(code, state = "active") {
      portal.networkLines.set(code, { code, state, botId: portal.networkLines.get(code)?.botId ?? null });
      portal.changed("line");
    },
    addCrmItem: (item) => addCrmItem(portal, item),
    lockChat(chatId, locked) {
      chatOf(portal, chatId).locked = locked;
    },
  };
}
