using Annotator.Core.CloudStorages;
using Microsoft.AspNetCore.Diagnostics;

namespace Annotator.Worker.CloudStorages;

/// <summary>Tells Api that a picture cannot be made because of the cloud storage that it is in; Api hands the words on.</summary>
internal sealed class CloudFailures : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not CloudStorageException failure)
        {
            return false;
        }

        await TypedResults.Problem(
            failure.Message,
            statusCode: failure.Failure == CloudFailure.Unreachable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status409Conflict,
            type: "urn:annotator:cloud-storage").ExecuteAsync(httpContext);
        return true;
    }
}
