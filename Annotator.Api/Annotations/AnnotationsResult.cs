using System.Text.Json;
using Annotator.Core.Annotations;

namespace Annotator.Api.Annotations;

/// <summary>Sends annotations, or what became of a batch of ops, in the contract's JSON, tagged with their revision.</summary>
internal sealed class AnnotationsResult(int revision, Action<Utf8JsonWriter> write) : IResult
{
    public AnnotationsResult(JobAnnotations annotations)
        : this(annotations.Revision, writer => AnnotationJsonWriter.Write(writer, annotations))
    {
    }

    public AnnotationsResult(OpsAnswer answer)
        : this(answer.Revision, writer => OpsJson.Write(writer, answer))
    {
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        RevisionTag.Write(response, revision);
        response.ContentType = "application/json; charset=utf-8";
        await using (var writer = new Utf8JsonWriter(response.BodyWriter))
        {
            write(writer);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
