using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;

namespace Annotator.Api.Errors;

/// <summary>
/// Says what about a JSON body could not be read, under the field's name, as every other refusal does: a wrong type
/// (<c>{"name": 5}</c>), a date that is none, a field that is there twice, or no JSON at all.
/// </summary>
internal sealed class UnreadableBodies : IExceptionHandler
{
    private const string WholeBody = "non_field_errors";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException refused)
        {
            return false;
        }

        httpContext.Response.StatusCode = refused.StatusCode;
        if (refused is { StatusCode: StatusCodes.Status400BadRequest, InnerException: JsonException json })
        {
            var (field, message) = Describe(json);
            await Problems.Invalid(field, message).ExecuteAsync(httpContext);
            return true;
        }

        // Too long, of another type, cut off: the status says it, and the words for it are the same everywhere.
        await httpContext.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = { Status = refused.StatusCode } });
        return true;
    }

    private static (string Field, string Message) Describe(JsonException json)
    {
        if (json.InnerException is JsonException)
        {
            return (WholeBody, "The body is not valid JSON.");
        }

        // $.labels[0].name: the field that the body names first, and where in it.
        var path = json.Path ?? "$";
        var words = json.Message.Split(" Path:", 2)[0];
        var message = words.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? "A value of another type is expected."
            : words.StartsWith("Duplicate property", StringComparison.Ordinal) ? "This field is there twice."
            : words;
        var field = path.Length > 2 && path[1] == '.' ? path[2..].Split('.', '[')[0] : WholeBody;
        return (field, field == WholeBody || path == "$." + field ? message : $"{path[2..]}: {message}");
    }
}
