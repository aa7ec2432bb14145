namespace Annotator.Api.Lists;

internal static class ListsFeature
{
    public static IServiceCollection AddLists(this IServiceCollection services) =>
        services.AddHttpContextAccessor().AddScoped<Links>().AddScoped<Listing>();
}
