import type { NodeAPI } from "node-red";
import { joinOperation } from "../open-channels/actions/join";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, joinOperation);
