using System.Text.Json;
using Annotator.Core.Annotations;

namespace Annotator.Api.Annotations;

/// <summary>Sends annotations in the contract's JSON, tagged with their revision.</summary>
internal sealed class AnnotationsResult(JobAnnotations annotations) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        RevisionTag.Write(response, annotations.Revision);
        response.ContentType = "application/json; charset=utf-8";
        await using (var writer = new Utf8JsonWriter(response.BodyWriter))
        {
            AnnotationJsonWriter.Write(writer, annotations);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
