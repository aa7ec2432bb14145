using Annotator.Api.Errors;
using Annotator.Core.Annotations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.Annotations;

/// <summary>Answers what <see cref="AnnotationStore"/> refuses. Nothing of the request was applied.</summary>
internal static class AnnotationFailures
{
    public const string StaleType = "urn:annotator:stale-revision";

    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (InvalidAnnotationsException failure)
        {
            return Invalid(failure);
        }
        catch (StaleRevisionException failure)
        {
            return Stale(failure.Current, context.HttpContext);
        }
        catch (BatchOutOfOrderException failure)
        {
            return Problems.Conflict(
                "urn:annotator:batch-out-of-order",
                failure.Message,
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["expected"] = failure.Expected });
        }
        catch (JobGoneException failure)
        {
            return Problems.NotFound(failure.Message);
        }
        catch (UncertainCommitException failure)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "urn:annotator:uncertain-commit", failure.Message);
        }
        catch (BadHttpRequestException failure)
        {
            return Problems.Of(failure.StatusCode, "urn:annotator:invalid-body", failure.Message);
        }
    }

    /// <summary>412 with the revision that the job has, in the body and as its tag.</summary>
    public static ProblemHttpResult Stale(int current, HttpContext http)
    {
        RevisionTag.Write(http.Response, current);
        return Problems.Of(
            StatusCodes.Status412PreconditionFailed,
            StaleType,
            $"The annotations are at revision {current} by now. Nothing was changed; read them again.",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["revision"] = current });
    }

    /// <summary>
    /// Every error with a pointer into the request, under <c>errors</c>, and once more as the contract has it: lists of
    /// messages under the names of the body's fields.
    /// </summary>
    private static ProblemHttpResult Invalid(InvalidAnnotationsException failure)
    {
        var extensions = failure.Errors
            .GroupBy(error => Field(error.Pointer), StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => (object?)group.Select(error => error.Pointer.Length == 0 ? error.Message : $"{error.Pointer}: {error.Message}").ToArray(),
                StringComparer.Ordinal);
        extensions["errors"] = failure.Errors.Select(error => new { error.Pointer, error.Code, error.Message }).ToArray();
        return Problems.Of(StatusCodes.Status400BadRequest, "urn:annotator:invalid-annotations", failure.Message, extensions);
    }

    private static string Field(string pointer)
    {
        var first = pointer.Split('/', 3, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return first is "tags" or "shapes" or "tracks" or "ops" ? first : "non_field_errors";
    }
}
