/** What the job page gives the editor. */
export interface Bootstrap {
  readonly jobId: number;
  readonly user: { readonly id: number; readonly username: string };
  readonly csrfToken: string;
  /** Path of the REST API, such as `/api`. */
  readonly apiBase: string;
  /** Path of the live feed, such as `/hubs/jobs`. */
  readonly hubUrl: string;
  /** The person's culture, such as `de-CH`. */
  readonly culture: string;
}

/** The token as the browser has it now, or the page's where it is not in a cookie that scripts can read. */
export function csrfTokenOf(bootstrap: Bootstrap): () => string {
  return () => {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith('csrftoken='));
    return found === undefined ? bootstrap.csrfToken : decodeURIComponent(found.slice('csrftoken='.length));
  };
}
