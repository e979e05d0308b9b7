import { receiverAddress } from "../../open-channels/bot/receiver-address";
import { AddressError, parseWebhookUrl, type WebhookAddress } from "../../rest/address";
import { configInput, valueOf } from "../shared/dom";
import { text } from "../shared/text";

/** Says below the field which portal a freshly pasted address belongs to; the secret in it is never shown. */
export function noteOfWebhook(): void {
  note(configInput("webhookUrl"), $("#b24-webhook-note"), (value) => {
    const address = webhookIn(value);
    if (address === null) return text("portal.note.webhookUrl");
    return text("portal.recognised", { host: new URL(address.base).host, user: address.userId });
  });
}

/** Says below the public address where exactly the events will arrive: for a bot used by its id it is entered by hand. */
export function noteOfReceiver(node: RedNode): void {
  note(configInput("publicUrl"), $("#b24-receiver-note"), (value) => {
    const address = receiverAddress(value, RED.settings.httpNodeRoot, node.id);
    return address === null ? text("portal.note.publicUrl") : text("portal.receiver", { address });
  });
}

function note(input: JQuery, line: JQuery, wordsFor: (value: string) => string): void {
  const refresh = (): void => {
    line.text(wordsFor(valueOf(input)));
  };
  input.on("input change", refresh);
  refresh();
}

function webhookIn(value: string): WebhookAddress | null {
  try {
    return parseWebhookUrl(value);
  } catch (error) {
    if (error instanceof AddressError) return null;
    throw error;
  }
}
