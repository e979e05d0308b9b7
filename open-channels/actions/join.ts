import { operation } from "./operation";
import { requireChannelCode } from "./values";

const METHOD = "imopenlines.network.join";

/**
 * Connects an external open channel; doing so again gives the same bot, so a lost answer may be asked for again.
 * [D api-reference/imopenlines/openlines/imopenlines-network-join.md]
 */
export const joinOperation = operation({
  type: "bitrix24-join",
  pairs: { code: { names: ["CODE"] } },
  options: {},
  run({ portal, signal }, { pairs }) {
    return portal.call(
      METHOD,
      { CODE: requireChannelCode(pairs.code, METHOD) },
      {
        safe: true,
        kind: "other",
        signal,
      },
    );
  },
});
