import type { NodeAPI } from "node-red";
import { sendOperation } from "../open-channels/actions/send";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, sendOperation);
