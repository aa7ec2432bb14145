using Annotator.Api.Identity;
using Annotator.Api.Operations;
using Annotator.Core.Identity;
using Annotator.Core.Operations;

namespace Annotator.Api.Datasets;

/// <summary>Ours: a labelled example project, for the first look around.</summary>
internal static class SampleEndpoints
{
    public static void MapSample(this IEndpointRouteBuilder api) =>
        api.MapPost("/projects/sample", CreateAsync).WithName("projects_create_sample").WithTags("Projects").RequireScope("projects", "create");

    /// <summary>202 with the request's id; its <c>result_id</c> will be the project. 409 with the id while one is being made.</summary>
    private static async Task<IResult> CreateAsync(OperationService operations, CurrentUser user, CancellationToken cancel)
    {
        var request = new OperationRequest
        {
            Key = RequestKeys.CreateSample(user.Id),
            Type = "create:sample",
            Target = "project",
            OwnerId = user.Id,
        };
        return await operations.StartAsync(request, cancel) is null ? RequestAnswers.Running(request.Key) : RequestAnswers.Accepted(request.Key);
    }
}
