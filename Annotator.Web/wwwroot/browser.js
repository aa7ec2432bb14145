// What only the browser itself can do: send requests that renew its session, and remember the theme.

export function cookie(name) {
  const found = document.cookie.split('; ').find(pair => pair.startsWith(name + '='));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}

/** Headers that an unsafe request of a signed-in person needs. */
export function sessionHeaders() {
  return { 'X-CSRFToken': cookie('csrftoken') };
}

/** The server's words for a refusal. */
export async function refusal(response) {
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text);
    const fields = Object.values(body.errors ?? body).filter(Array.isArray).flat().filter(word => typeof word === 'string');
    return (Array.isArray(body) ? body.join(' ') : fields.join(' ')) || body.detail || body.title || `The server refused (status ${response.status}).`;
  } catch {
    return text.length > 0 && text.length < 500 && !text.startsWith('<') ? text : `The server refused (status ${response.status}).`;
  }
}

/** Posts JSON; returns null when it was done, otherwise why not. */
export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...sessionHeaders() },
      body: JSON.stringify(body),
    });
    return response.ok ? null : await refusal(response);
  } catch {
    return 'The server does not answer. Nothing was changed; try again in a moment.';
  }
}

export function theme() {
  return cookie('theme');
}

export function setTheme(value) {
  const age = value ? 365 * 24 * 3600 : 0;
  document.cookie = `theme=${value}; path=/; max-age=${age}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  if (value) {
    document.documentElement.dataset.theme = value;
  } else {
    delete document.documentElement.dataset.theme;
  }
}
