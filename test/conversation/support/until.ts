import type { Sandbox } from "../../../sandbox/index";

/** Resolves as soon as `check` holds, which is looked at after every change on the portal and every now and then. */
export function until(sandbox: Sandbox, check: () => boolean, what: string, within = 15_000): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearInterval(ticking);
      clearTimeout(limit);
      stopListening();
      settle();
    };
    const look = (): void => {
      if (check()) end(resolve);
    };
    const ticking = setInterval(look, 20);
    const limit = setTimeout(() => end(() => reject(new Error(`not within ${within} ms: ${what}`))), within);
    const stopListening = sandbox.control.on(look);
    look();
  });
}
