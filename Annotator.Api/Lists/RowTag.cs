using System.Globalization;

namespace Annotator.Api.Lists;

/// <summary>
/// The ETag of an object that people edit. A client that sends it back as <c>If-Match</c> learns when somebody was faster (412
/// with the current state); one that sends none changes the fields it names, whatever happened to the others.
/// </summary>
internal static class RowTag
{
    public static string Of(uint rowVersion) => string.Create(CultureInfo.InvariantCulture, $"\"{rowVersion}\"");

    /// <summary>Whether the request's <c>If-Match</c> lets a change of the object with this tag through.</summary>
    public static bool Matches(HttpRequest request, string tag) =>
        request.Headers.IfMatch is not { Count: > 0 } wanted
        || wanted.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(value => value == "*" || value == tag);
}
