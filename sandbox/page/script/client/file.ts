/** The file that goes with the client's next message. Only name, size and kind travel: no contents are kept. */
import type { FileInfo } from "../../../portal/view-types";
import { byId, el } from "../dom/elements";
import { fileCard } from "../message/parts";
import { t } from "../words/texts";

let chosen: FileInfo | null = null;

export function startFile(): void {
  const picker = byId("client-picker", HTMLInputElement);
  byId("client-attach").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    if (file !== undefined) attach({ name: file.name, size: file.size, type: kindOf(file.type) });
    picker.value = "";
  });
}

export function chosenFile(): FileInfo | null {
  return chosen;
}

/** Shows a file as part of the next message; null takes it away. */
export function attach(file: FileInfo | null): void {
  chosen = file;
  const box = byId("client-file");
  box.hidden = file === null;
  if (file === null) return box.replaceChildren();
  const remove = { class: "remove", "aria-label": t("client.removeFile"), onclick: () => attach(null) };
  box.replaceChildren(fileCard(file), el("button", { type: "button", ...remove }, "×"));
}

function kindOf(mime: string): NonNullable<FileInfo["type"]> {
  const kind = mime.split("/", 1)[0];
  return kind === "image" || kind === "video" || kind === "audio" ? kind : "file";
}
