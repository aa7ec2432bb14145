using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.Errors;

/// <summary>
/// Every refusal as RFC 9457 problem details. <c>type</c> is a stable URN that a client can switch on; <c>detail</c> is a
/// sentence for people, where clients of the contract look for it. Invalid fields stand twice: under <c>errors</c>, and
/// under their own names, as the contract has them (<c>{"name": ["…"]}</c>).
/// </summary>
internal static class Problems
{
    public const string InvalidType = "urn:annotator:invalid";
    public const string StaleType = "urn:annotator:stale";

    private static readonly HashSet<string> Reserved = ["type", "title", "status", "detail", "instance", "errors", "trace_id"];

    public static ProblemHttpResult NotFound(string detail = "Not found.") =>
        Of(StatusCodes.Status404NotFound, "urn:annotator:not-found", detail);

    public static ProblemHttpResult Forbidden(string detail = "You do not have permission to perform this action.") =>
        Of(StatusCodes.Status403Forbidden, "urn:annotator:forbidden", detail);

    public static ProblemHttpResult Unauthorized(string detail) =>
        Of(StatusCodes.Status401Unauthorized, "urn:annotator:unauthorized", detail);

    /// <summary>One field is wrong; <c>non_field_errors</c> is the contract's name for the request as a whole.</summary>
    public static ProblemHttpResult Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["errors"] = errors };
        foreach (var (field, messages) in errors.Where(error => !Reserved.Contains(error.Key)))
        {
            extensions[field] = messages;
        }

        var first = errors.First();
        var detail = first.Key == "non_field_errors" ? first.Value[0] : $"{first.Key}: {first.Value[0]}";
        return Of(StatusCodes.Status400BadRequest, InvalidType, detail, extensions);
    }

    public static ProblemHttpResult Conflict(string type, string detail, IDictionary<string, object?>? extensions = null) =>
        Of(StatusCodes.Status409Conflict, type, detail, extensions);

    /// <summary>Somebody changed the object first: 412 with the object as it stands in <c>current</c>.</summary>
    public static ProblemHttpResult Stale(object current) =>
        Of(
            StatusCodes.Status412PreconditionFailed,
            StaleType,
            "Somebody changed this meanwhile. Nothing was changed; the current state is in 'current'.",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["current"] = current });

    public static ProblemHttpResult Of(int status, string type, string detail, IDictionary<string, object?>? extensions = null) =>
        TypedResults.Problem(detail: detail, statusCode: status, type: type, extensions: extensions);
}
