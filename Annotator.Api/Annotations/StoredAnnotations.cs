using Annotator.Api.Errors;
using Annotator.Core.Annotations;
using Annotator.Core.Tasks;

namespace Annotator.Api.Annotations;

/// <summary>Sends a job's annotations as they are read, tagged with their revision: memory is one object, whatever the job holds.</summary>
/// <param name="frames">Null for all.</param>
internal sealed class StoredAnnotations(AnnotationStore store, int jobId, FrameRange? frames) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            await store.WriteJsonAsync(jobId, frames, httpContext.Response.Body, Begin, httpContext.RequestAborted);
        }
        catch (JobGoneException failure)
        {
            await Problems.NotFound(failure.Message).ExecuteAsync(httpContext);
        }

        // False where the client has this revision already.
        bool Begin(int revision)
        {
            var response = httpContext.Response;
            RevisionTag.Write(response, revision);
            if (RevisionTag.IsKnown(httpContext.Request, revision))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return false;
            }

            response.ContentType = "application/json; charset=utf-8";
            return true;
        }
    }
}
