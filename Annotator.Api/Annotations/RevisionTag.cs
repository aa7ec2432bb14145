using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Annotator.Api.Annotations;

/// <summary>The revision of annotations as an entity tag: <c>"42"</c>.</summary>
internal static class RevisionTag
{
    public static void Write(HttpResponse response, int revision)
    {
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");
        response.Headers.CacheControl = "private, no-cache";
    }

    /// <summary>
    /// The revision that <c>If-Match</c> insists on; null when the header is absent or <c>*</c>. A tag that no revision ever had
    /// is -1, which matches nothing.
    /// </summary>
    public static int? Expected(HttpRequest request)
    {
        var tags = request.GetTypedHeaders().IfMatch;
        return tags is null or [] || tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any)) ? null : Parse(tags[0]) ?? -1;
    }

    /// <summary>Whether the client has this revision already.</summary>
    public static bool IsKnown(HttpRequest request, int revision) =>
        request.GetTypedHeaders().IfNoneMatch.Any(tag => Parse(tag) == revision);

    private static int? Parse(EntityTagHeaderValue tag) =>
        int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;
}
