using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>What a sign-in page may know about this installation.</summary>
/// <param name="Organization">The name given at set-up; empty when none was.</param>
/// <param name="RegistrationAllowed">Whether anybody may make an account.</param>
internal sealed record InstanceRead(string Organization, bool RegistrationAllowed);

internal static class InstanceEndpoints
{
    public static void MapInstance(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/instance", ReadAsync).WithName("instance_retrieve").WithTags("Server").AllowAnonymous().WithMetadata(new IgnoreOrganization());

    private static async Task<Ok<InstanceRead>> ReadAsync(AnnotatorDbContext db, IOptions<IdentityPolicy> policy, CancellationToken cancel)
    {
        var organization = await db.InstanceSettings
            .Where(setting => setting.Key == InstanceSetting.Organization)
            .Select(setting => setting.Value)
            .SingleOrDefaultAsync(cancel);
        return TypedResults.Ok(new InstanceRead(organization ?? "", policy.Value.AllowRegistration));
    }
}
