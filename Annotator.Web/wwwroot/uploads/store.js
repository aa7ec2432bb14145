// What an upload must remember to survive a reload: its task, its files and how far they are; and the list of many tasks.

/** Files that no handle leads back to are kept in the browser's database up to this many bytes in all. */
export const MAX_KEPT_BYTES = 512 * 1024 * 1024;

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('annotator-uploads', 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        request.result.createObjectStore('uploads', { keyPath: 'id' });
        request.result.createObjectStore('files', { keyPath: ['upload', 'name'] });
      }
      request.result.createObjectStore('rows', { keyPath: 'id' });
    };
    request.onsuccess = () => {
      // A newer window of this program may want to change the database.
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('Another window of an older version is open.'));
  });
  return opened;
}

async function run(stores, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode);
    const result = work(...stores.map(name => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(result?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

const filesOf = id => IDBKeyRange.bound([id, ''], [id, '\uffff']);

export const saveUpload = record => run(['uploads'], 'readwrite', store => store.put(record));
export const listUploads = () => run(['uploads'], 'readonly', store => store.getAll());
export const saveFile = record => run(['files'], 'readwrite', store => store.put(record));
export const saveFiles = records => run(['files'], 'readwrite', store => { records.forEach(record => store.put(record)); });
export const listFiles = id => run(['files'], 'readonly', store => store.getAll(filesOf(id)));
export const forget = id => run(['uploads', 'files'], 'readwrite', (uploads, files) => {
  uploads.delete(id);
  files.delete(filesOf(id));
});

/** A row of the list of many tasks; its files are kept under its id, like those of an upload. */
export const saveRow = record => run(['rows'], 'readwrite', store => store.put(record));
export const listRows = () => run(['rows'], 'readonly', store => store.getAll());
export const forgetRow = id => run(['rows', 'files'], 'readwrite', (rows, files) => {
  rows.delete(id);
  files.delete(filesOf(id));
});
