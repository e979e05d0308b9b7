import type { NodeAPI } from "node-red";
import { finishOperation } from "../open-channels/actions/finish";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, finishOperation);
