// An instant of the protocol as people here read it: in the page's language, in Beijing time.

export const shown = (at) => {
  const lang = document.documentElement.lang;
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: "Asia/Shanghai",
  }).format(new Date(at));
};
