namespace Annotator.Api.Server;

/// <summary>
/// Answers to requests that cannot be done. Each is an RFC 9457 problem whose <c>detail</c> (403, 404) or field names (400) sit where
/// clients of the contract look for them.
/// </summary>
internal static class Refusal
{
    /// <summary>400 about one field: <c>{"field": ["message"]}</c> inside the problem.</summary>
    public static IResult Field(string field, string message) => Fields(new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>400 about several fields at once.</summary>
    public static IResult Fields(IReadOnlyDictionary<string, string[]> errors)
    {
        var detail = string.Join(' ', errors.SelectMany(error => error.Value));
        var extensions = errors.ToDictionary(error => error.Key, error => (object?)error.Value, StringComparer.Ordinal);
        return Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest, type: "urn:annotator:invalid-request", extensions: extensions);
    }

    /// <summary>400 about the request as a whole.</summary>
    public static IResult Request(string message) =>
        Results.Problem(message, statusCode: StatusCodes.Status400BadRequest, type: "urn:annotator:invalid-request");

    public static IResult NotFound(string message = "Not found.") =>
        Results.Problem(message, statusCode: StatusCodes.Status404NotFound, type: "urn:annotator:not-found");

    public static IResult Forbidden(string message = "You do not have permission to perform this action.") =>
        Results.Problem(message, statusCode: StatusCodes.Status403Forbidden, type: "urn:annotator:forbidden");

    public static IResult Conflict(string message, string type, IReadOnlyDictionary<string, object?>? extensions = null) =>
        Results.Problem(message, statusCode: StatusCodes.Status409Conflict, type: type, extensions: Copy(extensions));

    public static IResult TooLarge(string message) =>
        Results.Problem(message, statusCode: StatusCodes.Status413PayloadTooLarge, type: "urn:annotator:too-large");

    public static IResult Status(int status, string message, string type, IReadOnlyDictionary<string, object?>? extensions = null) =>
        Results.Problem(message, statusCode: status, type: type, extensions: Copy(extensions));

    private static Dictionary<string, object?>? Copy(IReadOnlyDictionary<string, object?>? extensions) =>
        extensions?.ToDictionary(extension => extension.Key, extension => extension.Value, StringComparer.Ordinal);
}
