namespace Annotator.Api.Models;

internal static class ModelsFeature
{
    public static IHostApplicationBuilder AddModels(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ModelOptions>().BindConfiguration(ModelOptions.Section);
        builder.Services.AddScoped<ModelChange>().AddScoped<ModelChecks>();
        return builder;
    }
}
