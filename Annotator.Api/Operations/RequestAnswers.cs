using Annotator.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.Operations;

/// <summary>The two answers to a request for background work.</summary>
internal static class RequestAnswers
{
    /// <summary>202: the work is accepted and can be followed under the id.</summary>
    public static JsonHttpResult<RqId> Accepted(string key) => TypedResults.Json(new RqId(key), statusCode: StatusCodes.Status202Accepted);

    /// <summary>409: the same work is queued or runs already; the id leads to it.</summary>
    public static ProblemHttpResult Running(string key) => Problems.Conflict(
        "urn:annotator:request-running",
        "The same is being done already; see the request 'rq_id'.",
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["rq_id"] = key });
}
