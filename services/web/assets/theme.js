// Runs before anything is painted: the theme that the reader chose, if one was.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {}
