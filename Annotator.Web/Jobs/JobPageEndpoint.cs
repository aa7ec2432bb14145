using Annotator.Web.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Web.Jobs;

/// <summary>
/// The editor's page stands outside the Blazor application: it has no circuit, so that nothing between hand and picture
/// depends on one.
/// </summary>
internal static class JobPageEndpoint
{
    public static void MapJobPage(this WebApplication app) => app
        .MapGet("/jobs/{id:int}", (int id, HttpContext http) => new RazorComponentResult<JobPage>(new
        {
            Id = id,
            http.User.UserId,
            http.User.Username,
        }))
        .RequireAuthorization();
}
