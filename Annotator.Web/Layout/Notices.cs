using Annotator.Client;
using MudBlazor;

namespace Annotator.Web.Layout;

/// <summary>Does something for a person and tells them when it did not work.</summary>
internal static class Notices
{
    /// <summary>True when the work was done. A refusal is shown in the server's words; nothing else is swallowed.</summary>
    public static async Task<bool> TryAsync(this ISnackbar snackbar, Func<Task> work, string? done = null)
    {
        // What an earlier try was refused for is no news any more.
        snackbar.Clear();
        try
        {
            await work();
        }
        catch (AnnotatorApiException refused)
        {
            snackbar.Add(refused.Message, Severity.Error, options => options.RequireInteraction = true);
            return false;
        }
        catch (HttpRequestException)
        {
            snackbar.Add("The server does not answer. Nothing was changed; try again in a moment.", Severity.Error);
            return false;
        }

        if (done is not null)
        {
            snackbar.Add(done, Severity.Success);
        }

        return true;
    }
}
