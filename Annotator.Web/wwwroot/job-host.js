// Starts the editor on its page. It takes what it needs from the page's element, so that no script is inline.
const element = document.getElementById('editor');

function cookie(name) {
  const found = document.cookie.split('; ').find(pair => pair.startsWith(name + '='));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}

function explain(error) {
  console.error(error);
  const main = document.createElement('main');
  main.className = 'opening';
  main.setAttribute('role', 'alert');
  const what = document.createElement('p');
  what.textContent = 'The editor could not be started. What you saved before is safe; nothing was changed.';
  const again = document.createElement('button');
  again.textContent = 'Load again';
  again.onclick = () => location.reload();
  const back = document.createElement('a');
  back.href = '/jobs';
  back.textContent = 'Back to my jobs';
  main.append(what, again, back);
  element.replaceChildren(main);
}

try {
  const { mount } = await import('/editor/editor.js');
  element.replaceChildren();
  await mount(element, {
    jobId: Number(element.dataset.jobId),
    user: { id: Number(element.dataset.userId), username: element.dataset.username },
    csrfToken: cookie('csrftoken'),
    apiBase: '/api',
    hubUrl: '/hubs/jobs',
    culture: element.dataset.culture || navigator.language,
  });
} catch (error) {
  explain(error);
}
