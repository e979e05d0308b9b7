import { CallError } from "../../../rest/errors";
import type { Success } from "../../../rest/portal";

export interface Ending {
  /** How often the call ended; anything but 1 is a fault. */
  times: number;
  success?: Success;
  error?: CallError;
}

/** Writes down how a call ends, and how often. */
export function watch(promise: Promise<Success>): Ending {
  const ending: Ending = { times: 0 };
  promise.then(
    (success) => {
      ending.times++;
      ending.success = success;
    },
    (error: unknown) => {
      ending.times++;
      if (error instanceof CallError) ending.error = error;
    },
  );
  return ending;
}

/** The error with which a call fails; a test fails when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<CallError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}

export const outcomeOf = ({ success, error }: Ending): string => (success ? "success" : (error?.outcome ?? "nothing"));

/** Resolves when all calls have ended. */
export async function settledAll(endings: readonly Ending[]): Promise<void> {
  while (endings.some(({ times }) => times === 0)) await new Promise((resolve) => setTimeout(resolve, 20));
}
