using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Core.CloudStorages;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.CloudStorages;

/// <summary>
/// A cloud storage that cannot be used is the contract's 409; one that does not answer may do so later, and clients ask again by
/// themselves after a 503.
/// </summary>
internal sealed class CloudFailures : IExceptionHandler
{
    public const string Type = "urn:annotator:cloud-storage";
    private const int RetrySeconds = 10;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not CloudStorageException failure)
        {
            return false;
        }

        if (failure.Failure == CloudFailure.Unreachable)
        {
            httpContext.Response.Headers.RetryAfter = RetrySeconds.ToString(CultureInfo.InvariantCulture);
        }

        await Of(failure).ExecuteAsync(httpContext);
        return true;
    }

    public static ProblemHttpResult Of(CloudStorageException failure) => Problems.Of(
        failure.Failure == CloudFailure.Unreachable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status409Conflict, Type, failure.Message);
}
