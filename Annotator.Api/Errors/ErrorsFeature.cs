using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Annotator.Api.Errors;

/// <summary>Makes every error of the server problem details, whoever raised it.</summary>
internal static class ErrorsFeature
{
    /// <summary>Where an authentication handler leaves the words for its 401.</summary>
    public const string UnauthorizedDetail = "annotator.unauthorized";

    public static IServiceCollection AddErrors(this IServiceCollection services)
    {
        // In Production a body that cannot be read would be a 400 without a word on why.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<UnreadableBodies>();
        return services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            Complete(context.ProblemDetails, context.HttpContext));
    }

    private static void Complete(ProblemDetails problem, HttpContext http)
    {
        problem.Extensions.Remove("traceId");
        problem.Extensions["trace_id"] = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        if (problem.Status == StatusCodes.Status413PayloadTooLarge && problem.Detail is null)
        {
            (problem.Type, problem.Detail) = (BodyLimit.Type, BodyLimit.Words(http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize));
        }

        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status400BadRequest => "The request could not be read: its body is not the JSON that is expected here, or a parameter has the wrong form.",
            StatusCodes.Status401Unauthorized => http.Items[UnauthorizedDetail] as string ?? "Authentication credentials were not provided.",
            StatusCodes.Status403Forbidden => "You do not have permission to perform this action.",
            StatusCodes.Status404NotFound => AbsentParts.Words(http.Request.Path) ?? "Not found.",
            StatusCodes.Status405MethodNotAllowed => AbsentParts.WordsOfMethod(http.Request.Path) ?? $"Method \"{http.Request.Method}\" not allowed.",
            StatusCodes.Status415UnsupportedMediaType => "The request body must be application/json.",
            StatusCodes.Status500InternalServerError => "Something went wrong on the server. Nothing that was answered before is lost; the log has the trace id.",
            _ => null,
        };
    }
}
