// Small things the chat page leaves open: follow the system's light or dark until the person chooses, and names for icon buttons.
if (!localStorage.getItem('vite-ui-theme')) localStorage.setItem('vite-ui-theme', 'system');

const NAMES = {
  '#chat-submit': 'Send message',
  '#stop-button': 'Stop',
  '#upload-button, #upload-button-loading': 'Attach a picture',
  '#search-chats-button': 'Search chats',
  '#new-chat-button': 'New chat',
  '#sidebar-trigger-button': 'Show or hide past chats',
  '#theme-toggle': 'Light or dark',
  '[id=thread-options]': 'Rename or delete this chat',
  '#chat-input': 'Describe a picture, or one change to it',
  'div.absolute.bottom-4.left-0 > button': 'To the newest message'
};
const name = () => {
  for (const [selector, label] of Object.entries(NAMES)) {
    for (const found of document.querySelectorAll(selector)) if (!found.ariaLabel) found.ariaLabel = label;
  }
};
new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
