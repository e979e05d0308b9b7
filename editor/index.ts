import { check } from "./checks/pairs";
import { checkPlain } from "./checks/properties";
import { prepareErrors, saveErrors } from "./errors/foot";
import { topicList } from "./fields/topics";
import { typedFields } from "./fields/typed";
import { label } from "./labels/label";
import { prepareComposer } from "./message/composer";
import { prepareMethodForm } from "./methods/method-form";
import { channelPicker, operatorPicker, targetPicker } from "./pickers/fields";
import { keepToken, openPortal } from "./portal/dialog";
import { conditionalRows } from "./shared/rows";
import { offerPortal, takePortal } from "./shared/portal-of-node";

/** Everything that the forms of the nodes call; the only global of this package. */
export const Bitrix24 = {
  ...{ label, takePortal, offerPortal },
  ...{ check, checkPlain },
  ...{ typedFields, topicList, conditionalRows },
  ...{ channelPicker, operatorPicker, targetPicker },
  ...{ prepareComposer, prepareMethodForm, prepareErrors, saveErrors },
  ...{ openPortal, keepToken },
};

declare global {
  interface Window {
    Bitrix24: typeof Bitrix24;
  }
}

window.Bitrix24 = Bitrix24;
