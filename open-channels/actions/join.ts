import { channelCode } from "./fields";
import { method } from "./methods/method";
import { operation } from "./operation";

/** [D api-reference/imopenlines/openlines/imopenlines-network-join.md] */
const JOIN = method({
  name: "imopenlines.network.join",
  params: { CODE: "str*" },
  errors: ["CODE", "IMBOT_ERROR", "NOT_FOUND", "INACTIVE"],
  reads: true,
});

/** Connects an external open channel; doing so again gives the same bot, so a lost answer may be asked for again. */
export const joinOperation = operation({
  type: "bitrix24-join",
  methods: [JOIN],
  fields: { code: channelCode() },
  impossible: ["CODE"],
  result: 15,
  help: ["CODE", "NOT_FOUND", "INACTIVE", "IMBOT_ERROR", "CONNECTION_LOST", "WAITED_TOO_LONG"],
  run: ({ portal, signal }, { code }) => portal.call(JOIN.name, { CODE: code }, { safe: true, kind: "other", signal }),
});

declare module "./operation" {
  interface Actions {
    readonly join: typeof joinOperation;
  }
}
