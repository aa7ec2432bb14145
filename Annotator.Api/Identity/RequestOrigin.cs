namespace Annotator.Api.Identity;

/// <summary>Where a browser says that a request comes from.</summary>
internal static class RequestOrigin
{
    /// <summary>
    /// True when a browser says that another site caused the request. Clients that are no browsers send neither header, and
    /// are not the ones who can be tricked.
    /// </summary>
    public static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none"))
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return false;
        }

        return !Uri.TryCreate(origin, UriKind.Absolute, out var sent)
            || !Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var own)
            || !string.Equals(sent.GetLeftPart(UriPartial.Authority), own.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
    }
}
