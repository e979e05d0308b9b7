/** The part of the control that watches requests and makes trouble for them. */
import type { Edge } from "../rest/edge";
import type { Control } from "./types";

type TrafficControl = Pick<
  Control,
  "log" | "requests" | "addFault" | "removeFault" | "clearFaults" | "faults" | "spendOperating" | "resetCounter"
>;

export function createTrafficControl(edge: Edge): TrafficControl {
  const { portal, journal, faults, operating } = edge.world;
  return {
    log: () => journal.calls.list(),
    requests: () => journal.requests.list(),
    addFault(fault) {
      const id = faults.add(fault);
      portal.changed("fault");
      return id;
    },
    removeFault(id) {
      faults.remove(id);
      portal.changed("fault");
    },
    clearFaults() {
      faults.clear();
      portal.changed("fault");
    },
    faults: () => faults.list(),
    spendOperating: (method, seconds) => operating.charge(method.toLowerCase(), seconds, portal.now()),
    resetCounter: () => edge.counter.reset(),
  };
}
